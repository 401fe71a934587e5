"""English words that the stemmer does not bring together: American spellings, irregular forms, and false friends.

Text and searches both go through here, so it does not matter which of two spellings a word ends up with.
"""

from __future__ import annotations

import re
from functools import reduce

#: (British part, American one), where a rule can tell. Letters before it keep short words out ("four", "wise").
_RULES = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(?<=[a-z]{3})our(?=(s|ed|ing|al|ally|ful|ist|able|ite|ites|less|hood)?$)", "or"),
        (r"(?<=[a-z]{3})is(?=(e|ed|es|er|ers|ing|ation|ations|ational)$)", "iz"),
        (r"(?<=[a-z]{3})ys(?=(e|ed|es|er|ers|ing)$)", "yz"),
        (r"(?<=[a-z]{3})ell(?=(ed|ing|er|ers|or|ors)$)", "el"),
        (r"(?<=[a-z]{3})ogue(?=s?$)", "og"),
        (r"^(cent|fib|met|lit|theat|calib|spect|millimet|centimet|kilomet|millilit)re(?=(s|d)?$)", r"\1er"),
        (r"aem(?=i)|(?<=^h)aem", "em"),
        (r"(?<=p)aed(?=i|o)", "ed"),
        (r"(?<=^gyn)ae|(?<=^an)ae(?=sth)|(?<=^orthop)ae|(?<=^c)ae(?=sar)|(?<=^c)oe(?=li)", "e"),
        (r"^oe(?=dem|str|soph)|(?<=^f)oe(?=t)|(?<=rrh)oe(?=a)|(?<=pn)oe(?=a)|(?<=^hom)oe(?=o)", "e"),
        (r"^(defen|offen|licen|preten)ce(?=(s|d)?$)", r"\1se"),
        (r"^practis(?=(e|ed|es|ing)$)|^practiz(?=(e|ed|es|ing)$)", "practic"),
        (r"^program(?:me)(?=s?$)", "program"),
    )
]

#: Forms of one word, and words that the stemmer would wrongly take for another: form -> what it counts as.
_FORMS = """
dying die  dies die  lost lose  children child  women woman  men man  people people  persons people
taught teach  felt feel  held hold  kept keep  told tell  gave give  given give  taken take  took take
written write  wrote write  spoke speak  spoken speak  grew grow  grown grow  fell fall  fallen fall  ate eat  eaten eat
slept sleep  bought buy  brought bring  thought think  left leave  met meet  understood understand  chose choose
chosen choose  began begin  begun begin  shown show  known know  knew know  saw see  seen see  found find  made make
feet foot  teeth tooth  lives life  wives wife  worse worse  diagnoses diagnosis  crises crisis  psychoses psychosis
analyses analysis  neuroses neurosis  prognoses prognosis  hypotheses hypothesis  criteria criterion
medication medicine  medications medicine  personal personal  personally personal  personality personality
university university  universities university
ageing aging  judgement judgment  judgements judgment  enquiry inquiry  enquiries inquiry  grey gray
enrolment enrollment  fulfil fulfill  fulfilment fulfillment  skilful skillful  learnt learn  learned learn
physio physiotherapy  physios physiotherapy  meds medicine  appt appointment  appts appointment
"""
_found = _FORMS.split()
FORMS = dict(zip(_found[::2], _found[1::2], strict=True))
#: These are words of their own: "personal" is not "person".
KEPT = frozenset(form for form, base in FORMS.items() if form == base)


def plain(word: str) -> str:
    """The word as the stemmer should see it."""
    word = FORMS.get(word, word)
    return reduce(lambda found, rule: rule[0].sub(rule[1], found), _RULES, word)
