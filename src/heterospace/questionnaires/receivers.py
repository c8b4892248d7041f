"""What questionnaires tell the apps below: whose named answers they keep."""

from ..members import personal_data
from .actions import forget
from .queries import own_copy

personal_data.know("questionnaires.submission.person", export=own_copy, erase=forget)
