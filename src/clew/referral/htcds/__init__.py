"""Human Trafficking Case Data Standard 2.0 (IOM, CC BY 4.0): its fields, its codes, its tables."""

from clew.referral.htcds.fields import Field as Field
from clew.referral.htcds.fields import beyond as beyond
from clew.referral.htcds.fields import fields as fields
from clew.referral.htcds.files import plain as plain
from clew.referral.htcds.files import write_csv as write_csv
from clew.referral.htcds.files import write_ods as write_ods
from clew.referral.htcds.files import write_xlsx as write_xlsx
from clew.referral.htcds.records import Checked as Checked
from clew.referral.htcds.records import Problem as Problem
from clew.referral.htcds.records import Record as Record
from clew.referral.htcds.records import check as check
from clew.referral.htcds.records import losses as losses
from clew.referral.htcds.records import record_of as record_of
from clew.referral.htcds.records import row_of as row_of
