"""What the centre certificate is called until the operator says it."""

TITLE_ZH = "優質顧客專員中心證書"
"""Its name in the association's own documents."""

WORKING_TITLE_EN = "Quality Customer Service Specialist Centre Certificate"
"""Our rendering. It is shown as a working translation until the operator confirms a name."""
