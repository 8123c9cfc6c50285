"""From facts to what a rule sees. Only derivations that are no judgement: days between dates, membership, equality.

Whatever cannot be derived is left as what nobody has said; it never becomes the more permissive value.
"""

from clew.disclosure.context.person import NOBODY as NOBODY
from clew.disclosure.context.person import may_be_child as may_be_child
from clew.disclosure.context.person import person_context as person_context
from clew.disclosure.context.statement import authorised as authorised
from clew.disclosure.context.statement import statement_context as statement_context
from clew.disclosure.context.statement import years_later as years_later
from clew.disclosure.context.transfer import is_foreign as is_foreign
from clew.disclosure.context.transfer import transfer_context as transfer_context
