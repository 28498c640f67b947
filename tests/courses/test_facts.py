"""What certification may know of learning."""

from courses import facts
from courses.catalogue.models import CourseVersion
from courses.enrolment.attendance.models import Attendance
from tests.builders.learning import SYSTEM, a_class, a_meeting, a_run, enrolled, people


async def test_whoever_trained_somebody_before_they_moved_class_trained_them(opened):
    here = await a_class(opened)
    learner, sat_in, missed, now = await people(opened, 4)
    async with opened.works.write(SYSTEM) as work:
        there = await a_run(
            work, await work.session.get_one(CourseVersion, here.version_id), code="B"
        )
        meeting = await a_meeting(work, here.id, trainer_id=sat_in)
        await a_meeting(work, here.id, trainer_id=missed)
        await a_meeting(work, there.id, trainer_id=now)
    seat = await enrolled(opened, here, learner, class_id=there.id)
    async with opened.works.write(SYSTEM) as work:
        work.session.add(
            Attendance(
                meeting_id=meeting.id,
                contact_minutes=meeting.contact_minutes,
                enrolment_id=seat,
                minutes=30,
                recorded_by=sat_in,
                recorded_at=work.now(),
            )
        )
    async with opened.works.read(SYSTEM) as work:
        trained = {
            trainer: await facts.trained_by(
                work.session, trainer, here.course_id, [learner, missed]
            )
            for trainer in (sat_in, missed, now)
        }
    assert trained == {sat_in: {learner}, missed: set(), now: {learner}}
