"""The body that owns the schemes: one per deployment, in the keys all the same."""

from uuid import UUID

from sqlmodel import Column, Field, SQLModel, Text

ISSUER_ID = UUID("01900000-0000-7000-8000-000000000001")
"""The one issuer's id, fixed so that keys can name it without a look-up."""


class Issuer(SQLModel, table=True):
    """Names as they stand on certificates, and the zone whose calendar counts."""

    __tablename__ = "issuer"

    id: UUID = Field(primary_key=True)
    name_zh: str = Field(sa_column=Column(Text, nullable=False))
    name_en: str = Field(sa_column=Column(Text, nullable=False))
    short_name: str = Field(sa_column=Column(Text, nullable=False))
    zone: str = Field(sa_column=Column(Text, nullable=False))


SEED = (
    "INSERT INTO issuer (id, name_zh, name_en, short_name, zone) VALUES "  # noqa: S608 - constants only
    f"('{ISSUER_ID}', '亞太顧客服務協會', 'Asia Pacific Customer Service Consortium', "
    "'APCSC', 'Asia/Hong_Kong')"
)
"""The issuer's row, written by the first migration."""
