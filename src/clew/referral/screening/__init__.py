"""Screening: signs that somebody may be a victim. It guides questions and finds nothing legally."""

from clew.referral.screening.results import Answer as Answer
from clew.referral.screening.results import Result as Result
from clew.referral.screening.results import Screening as Screening
from clew.referral.screening.results import ScreeningRefused as ScreeningRefused
from clew.referral.screening.results import evaluate as evaluate
from clew.referral.screening.sets import IndicatorSet as IndicatorSet
from clew.referral.screening.sets import SetRefused as SetRefused
from clew.referral.screening.sets import SignOff as SignOff
from clew.referral.screening.sets import formal_use as formal_use
from clew.referral.screening.sets import set_from as set_from
from clew.referral.screening.sets import shipped as shipped
from clew.referral.screening.sets import shipped_content as shipped_content
from clew.referral.screening.words import dimension_words as dimension_words
from clew.referral.screening.words import question_words as question_words
from clew.referral.screening.words import title_words as title_words
