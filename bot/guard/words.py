"""The words that tell a patient from everybody else a practice writes about."""

import re


def pattern(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE)


def words_of(words: str) -> list[str]:
    """Each word or phrase of a list with line ends or bars between; bars in brackets are part of their phrase."""
    found, depth = [""], 0
    for char in words:
        depth += (char == "(") - (char == ")")
        if char in "|\n" and not depth:
            found.append("")
        else:
            found[-1] += char
    return [word.strip() for word in found if word.strip()]


def any_of(words: str) -> str:
    """Alternatives for a pattern, longer ones first."""
    return "|".join(sorted(set(words_of(words)), key=lambda word: (-len(word), word)))


def whole_words(words: str) -> re.Pattern[str]:
    return pattern(rf"(?<!\w)(?=[a-z\d'])(?:{any_of(words)})(?!\w)")


# "patient transport" and the like are no patient.
COMPOUNDS = any_of(
    """
    group|groups|participation|experience|survey|surveys|feedback|choice|choices|transport|safety|online|opinion
    access
    association|leaflet|leaflets|champion|liaison|advice|information|record|records|care|list|lists|numbers|forum
    reference|complaints?|voice|voices|events?|meetings?|representative|reps?|panel|lead|line|services|service|centre
    centred|centered
    outcomes?|involvement|engagement|premium|flow|flows|pathway|pathways|data|identifiable|education|power|charter
    reported|led|facing|initiated|held|confidentiality|admin|administration|identifier|admission|administered|focus
    """
)
_PATIENT = r"(?:pt|px|patient|pateint|patinet|paitent|patiant|pateient|pacient)"
# What belongs to one patient; "patients mobile" is "patient's mobile" on a phone.
_HAS = r"(?:home|own|mobile|mob|phone|tel|telephone|number|contact|email|e-mail|address|postcode|name|dob|daughter|son|\
wife|husband|mother|mum|carer|date of birth|house|flat|nhs)"
ONE_PATIENT = rf"(?<![\w-]){_PATIENT}(?:'s|s(?= {_HAS}\b))?(?![\w-])(?!'? (?:{COMPOUNDS})\b(?!.{{0,3}}(?:is|:)))"
RELATION = r"(?:mum|mother|dad|father|nan|gran|grandad|wife|husband|son|daughter|sister|brother|auntie?|uncle)"
PERSON = r"(?:gentleman|lady|chap|gent|widow|widower|bloke|woman|man|boy|girl|baby|toddler|lad)"

PATIENTS = pattern(
    rf"{ONE_PATIENT}|\b(?=[a-z])(?:she|he|her|him|his|hers|shes|hes|she's|he's|housebound|{PERSON}|{RELATION}|"
    r"(?:mr|mrs|miss|ms)\.? [a-z'-]{2,20}|lives?|living|resid(?:es|ing|ent)|family (?:at|in|of)|home (?:address|visit|"
    r"tel|phone|number)|dob|next of kin|nok)\b"
)
OTHERS = whole_words(
    """
    ccgs?|cluster|pct|practices?|surger(?:y|ies)|reception|receptionist|offices?|helpline|helpdesk|desk|switchboard|pals
    nhs direct|board|department|dept|dh|me|us|ours?|i am|i'm|team|trust|hospital|council|chair|meetings?|venue|group|fax
    minicom|clinic|branch|site|centre|headquarters|hq|pharmacy|support|manager|lmc|secretary|nurse|gp|supplier|ppg|lead
    my (?:mobile|mob|phone|number|direct|line|email|e-mail|work|desk|ext|own)|conference|training|event|leads|colleague
    locality|commissioners?|inbox|mailbox
    """
)
# Whose job shows that they are not the patient; looked for beside a name.
STAFF = whole_words(
    """
    practice (?:manager|nurse)|manager|leads?|chairs?|chairman|chairwoman|director|officer|secretary|receptionist
    ministers?|mp|peer|registrar|locum|ccgs?|pct|lmc|cluster|board|commissioner|chief|accountable|president
    professor|speech|article|blog|commons|lords|hsj|pulse|supplier|trainer|deputy|colleague|author
    (?:from|at|of) (?:the )?(?:ccg|pct|lmc|board|cluster|trust|dh|department|council|area team|practice|reception)
    (?:from|at|of) (?:the )?(?:comms|alliance|bma|rcgp|king's fund|hsj|pulse|healthwatch|link|ppg|csu|nhs alliance|it)
    (?:from|at|of) (?:the )?(?:hr|finance|treasury|monitor|cqc|deanery|university|college|union)|head of|head,
    (?:our|the|my) (?:nurse|partner|pharmacist|midwife|health visitor|physio|physiotherapist|admin|trainer|locum)
    """
)
ILLNESS = any_of(
    """
    dementia|alzheimers|diabetes|diabetic|copd|asthma|asthmatic|cancer|stroke|autism|autistic|epilepsy|epileptic
    depression|depressed|schizophrenia|bipolar|parkinsons|pregnant|heart failure|angina|arthritis|psoriasis|leukaemia
    kidney failure|ckd|hypertension|hiv|hepatitis|pneumonia|tumour|sepsis|anxiety|anorexia|learning disability|eczema
    """
)
# What happens to one person and to no policy; looked for beside a name without a title.
_PERSONAL = rf"""
    waiting (?:\d+|since)|been waiting|waited \d+|on the waiting list|on hold for|has rung|turned up|struggling
    came in (?:about|with|today|for)|came to reception|just seen|seen in clinic|in clinic|in today|home visit|admitted
    (?:has|had|have|got|with|and|'s) (?:{ILLNESS})|(?:has|had|got|'s) [a-z]{{3,12}} (?:{ILLNESS})
    (?:is|are) (?:pregnant|depressed|diabetic|housebound|suicidal|frail|dying)|\d+ weeks pregnant|diagnosed|dob|frail
    (?:her|his) (?:diagnosis|dementia|cancer|diabetes|copd|asthma|ops?|operation|notes|records?|meds|hip|knee)
    (?:her|his) (?:back|heart|bloods?|results?|appointment|appt|scan|x-?ray|discharge|condition|carer|action plan|eyes?)
    (?:her|his) (?:gp record|tablets|prescription|script|treatment|surgery|referral|fall|wound|legs?|cataracts?|chemo)
    (?:her|his) (?:care plan|letter from|cancelled op)|lives alone|wants to die|palliative|end stage|camhs|terminal
    discharge (?:letter|summary)? ?for|discharged (?:on|from|yesterday|today|last)|in hospital|in bed \d+|on ward
    needs? (?:an? )?(?:interpreter|carer|scan|operation|district nurse)|hospital letter|passed away|rip|overdose
    (?:her|his) medication|complaint from|hospice
    had a (?:fall|stroke|scan|heart attack)|(?:hip|knee|cataract|heart|hernia) (?:op|operation|replacement)
    chemo|radiotherapy|dialysis|biopsy|self.harm(?:ing|ed)?|miscarriage|pacemaker|catheter|colonoscopy|record access for
    (?:diabetes|asthma|copd|dementia|medication|annual) review (?:is|was|due|overdue)|proxy access|aged \d+
    been refused|records request
    wants? an? (?:phb|personal health budget|referral|scan|home visit)|(?:asthmatic|diabetic|epileptic)(?=,| and)
    registered here
    (?:our|my|this|a|another) (?:{_PATIENT})(?!'?s? (?:{COMPOUNDS}))|of (?:our|my) (?:[a-z]{{3,10}} )?patients
    \(patient\)
"""
PERSONAL = whole_words(_PERSONAL)
# Said of a patient, though it may be said of a policy too; looked for beside a title and a surname.
EVENT = whole_words(
    _PERSONAL
    + """
    waiting|waited|came|comes|coming in|seen|saw|discharged?|care plans?|bloods|health budget|phb|second opinion|died
    (?:her|his) (?:care|wife|husband|mum|mothers?|dad|children|daughter|son|letter)|husbands|wifes|self refer|entitled
    wants? (?:her|his|online|record|access|a copy|an? appointment)|wanting (?:her|his)|record access|online pls
    telehealth
    wants? to (?:see|change|die|stay|go|move|switch|choose|register|complain|leave|be seen)|patients? here|cancelled
    referred|referral|re (?:her|his)|copd|dementia|iapt|wks|cough|fft response|appointment|appt|registered with us
    a fall
    (?:stop|start|take|taking|come off|give|increase|reduce|on) (?:her|his|him|an?|statins?|warfarin)|phoned in|in tears
    get a say|which hospital|hasn'?t (?:had|heard|got|been)|needs? an?
    """
)
