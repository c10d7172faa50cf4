"""Questions about one person's care, which need a clinician. Questions about medicines in general are not seen here."""

import re
from itertools import chain, pairwise

from bot.guard.reading import Reading
from bot.guard.words import ONE_PATIENT, RELATION, pattern, whole_words

SENTENCE = re.compile(r"[.?;\n]+(?:\s|\Z)")
_MOST_READ = 400  # characters of a sentence
_MOST_PAIRED = 200  # sentences read together with the next

# "a patient" is nobody in particular; "my patient", "the patient" and a bare "pt" are somebody.
SOMEBODY = pattern(
    rf"(?<!a )(?<!any )(?<!each )(?<!every ){ONE_PATIENT}(?! with\b)|"
    rf"\b(?:my|our|this|the|his|her|another) {ONE_PATIENT}|"
    rf"\ba {ONE_PATIENT} who(?:'?s| is| has)\b|\b(?:{RELATION})s?\b|\b(?:mr|mrs|miss|ms)\.? [a-z'-]{{2,20}}"
)
SOMEBODY_ELSE = whole_words(
    r"""
    she|he|her|him|his|hers|shes|hes|she's|he's|this (?:child|man|woman|lady|gentleman|boy|girl|baby|chap)
    this (?:young|old|elderly|poor|little|frail) (?:man|woman|lady|gentleman|boy|girl|chap|lad|fellow)
    (?:one|a) (?:gentleman|lady|gent) (?:is|has|came|come|who)
    (?:an?|my|our|this|the) [a-z\d]{1,5}[ -](?:year|yr|month|mth)s?[ -]old(?: [a-z,]{1,9}){0,3} \d+ ?(?:kg|kilos?)
    (?:lady|gentleman|chap) (?:in|at|here|on|with)|i'?ve got|i have (?:an?|got)|should i (?:take|stop|start)
    my (?:tablets?|meds|medication|medicines?|pills?|inhaler|insulin|warfarin|statins?|dose|bp|sugars?|chest|cough)
    this (?:rash|lump|mole|wound|cough)|my (?:toddler|baby|child|kid|little (?:one|boy|girl))
    \d+ ?(?:yrs?|years?|yo|y|months?|mths?)[ -]?(?:olds?)? (?:lady|man|male|female|woman|gentleman|boy|girl)
    my (?:head|headaches?|back|stomach|rash|leg|throat|heart)
    """
)
DRUG = whole_words(
    """
    [a-z]{2,14}(?:statin|pril|prill|olol|azole|cillin|cilin|mycin|micin|floxacin|sartan|dipine|formine?|epam|oxetine)s?
    [a-z]{2,14}(?:triptyline|profen|gliptin|cycline|codeine|tidine|prazol|dronate|terol|thiazide|parin|clovir|setron)s?
    [a-z]{2,14}(?:lexin|alopram|traline|pentin|gabalin|semide|solone|sone|zepine|faclor|oxaban|clazide|tapine|peridol)s?
    warfarin|aspirin|insulin|lithium|paracetamol|ibuprofen|steroids?|antibiotics?|antidepressants?|inhalers?|tablets?
    tabs|meds|medication|medicines?|pills?|hrt|statins?|morphine|methotrexate|digoxin|prednisolone|penicillin|codeine
    methadone|buprenorphine|gliclazide|allopurinol|colchicine|doxazosin|tamsulosin|finasteride|donepezil|memantine
    lamotrigine
    levetiracetam|phenytoin|venlafaxine|risperidone|olanzapine|folic acid|ferrous|b12|vitamin d|seretide|symbicort|gtn
    tiotropium|amiodarone|heparin|clexane|fentanyl|oxycodone|co-codamol|co-amoxiclav|nitrofurantoin|loperamide|senna
    lactulose|gaviscon|domperidone|metoclopramide|cyclizine|mirena|microgynon|melatonin|ritalin|methylphenidate|lantus
    exenatide|montelukast|antipsychotics?|beta.?blockers?|blood thinners?|water tablets?|sleeping (?:pills|tablets)
    vaccines?|vaccination|jabs?|mmr|doses?|dosage|painkillers?|clopidogrel|zopiclone|tramadol|antihistamines?|calpol
    levothyroxine|thyroxine|salbutamol|ventolin|viagra|tamoxifen|valproate|rescue pack|oxygen|injections?|nurofen|cream
    """
)
_ACTION = whole_words(
    """
    stop|stopping|stopped|start|starting|take|taking|taken|took|give|giving|given|have|having|skip
    (?:come|came|coming) off
    increase|reduce|up|double|halve|swap|switch|change|prescribe|continue|carry on|needs?|be on|go on|restart|restarted
    miss|crush|mix|best|safe|safely|allergic|dose|how (?:much|many|long)|put|try|use|using|wean|lower|raise|cut|run out
    too (?:much|little)|enough|what (?:next|now)
    """
)
ILL = whole_words(
    r"""
    pains?|painful|rash|fever|feverish|vomiting|short of breath|breathless|sob|headaches?|lump|bleeding|bleed|dizzy
    collapsed?|seizures?|swollen|swelling|temperature|cough|sugars? (?:is|are|was)|bp (?:is|of|was|\d+)|inr|hba1c|egfr
    potassium|bloods?|blood results?|meningitis|stroke|sepsis|infection|infected|lips|sick|suicidal|unwell|poorly|faint
    fainted|jaundice|palpitations|wheezy|wheezing|numb|weakness|mole|diarrhoea|constipated|confused|hallucinating|clot
    symptoms?|allergic reaction|overdosed?|wound|ulcer|kidneys|liver|weight loss|fallen|fell|head injury|choking|hurts?
    hit (?:his|her|my) head|sore|fits|fitting|burn|burnt|fracture|migraines?|red|floppy
    not (?:feeding|eating|drinking|breathing)|lethargic|turned blue|sats
    ears?|throat|tonsils|discharging|oozing|pus|swab|bite|bitten|stung|sting|coughing|coughing blood|spots|blisters?
    hives
    limping|tremor|shaking|slurred|drowsy|dehydrated|constipation|piles|incontinent|contractions|panic attacks?|reflux
    heartburn|gout|asthma attack|hypo|sugar levels?|blood sugars?|glucose|cholesterol|psa|tsh|crp|inflamed|weeping|pale
    clammy|sweating|dizziness|vertigo|numbness|tingling|uti|thrush|cellulitis|dvt|tia|sprain|fractured|broken|jaundiced
    muscle ache|aches?|aching|stiff|unconscious|unresponsive|insomnia|cannot sleep|can't sleep|oxygen levels|nosebleed
    faints|fainting|tired|tiredness|anaemia|anaemic|temp|shingles|chickenpox|palpitation|itchy|nausea|nauseous|cramps?
    cold
    bruis(?:e|ed|ing)|blood pressure
    (?:ending|end) it(?: all)?|(?:kill|killing|harm|harming|hurt|hurting) (?:him|her)self
    """
)
WHAT_TO_DO = whole_words(
    r"""
    (?:what|wot|wat) (?:should|shall|do|can|would|could) (?:i|we|she|he|they)|should (?:i|we|she|he|they|it)
    shall (?:i|we)
    do (?:i|we) (?:need|start|stop|refer|send|call|give|treat)|is it|could it|is (?:that|this) (?:normal|bad|serious)
    serious|normal|dangerous|worrying|a&e|999|ambulance|urgent|emergency|does (?:he|she) need|need a scan|send in
    send (?:him|her|them|pt) in|would an? referral|diagnose|diagnosis|what(?:'?s| is) wrong|safe to|drive|what next
    what now
    what (?:would|wld|do) (?:you|u) (?:do|think|suggest|advise|recommend|give)|what to do|next steps?
    took (?:double|too (?:much|many)|all|\d+)|any alternatives?|alternatives? to|instead of|advice please
    please advise|pls advise|whether referral|referral (?:is )?needed|crisis team
    help|refer to(?! the)|coughing (?:up )?blood|not breathing|unconscious
    """
)
_ASKS = whole_words(
    r"""
    can|cn|could|cud|should|shud|shld|shall|is it|is \d+ ?(?:mg|ml|mcg)?|is she|is he|does|do (?:i|we|you)|what|wot
    which
    how (?:much|many|long|often)|whats|what's|would|wud|ok to|okay to|(?:ok|okay|safe|alright|fine) (?:for|with)|safe
    may|will|are we|am i|when (?:can|should|do)
    """
)
_CARE = whole_words(
    """
    (?:does|do) [a-z' ]{2,20} need (?:antibiotics|steroids|an? (?=scan|x-?ray|mri|ct|ecg|biopsy|blood test|operation))
    (?:can|should) (?:she|he) (?:drive|fly|exercise|eat|drink|breastfeed|fast|work) (?:after|with|on|while|before)
    is (?:she|he) too (?:old|young|frail|ill|heavy) (?:for|to)
    is (?:her|his) (?:chest pain|pain|rash|cough|headache|lump|mole|breathing|bp|blood pressure|temperature|inr|wound)
    """
)
# What may be asked about a person beside her care: her rights, her notes and who pays.
_NOT_CARE = whole_words(
    """
    who pays|do we have to|formulary|leaflets?|allowed|nice|this document|the document|charge|letter|complain|complaint
    notes|count as|fee|funded|funding
    """
)
# About the mandate, where naming an illness or a medicine makes no question about care.
_POLICY = whole_words(
    """
    mandate|constitution|ccgs?|choice|choose|waiting|waited|waits?|weeks|fft|friends and family|objectives?|targets?
    board
    entitled|rights?|budget|outcomes|framework|measures?|telehealth|record|records|online|parity|policy|nhs|who|fund
    paid
    """
)


def is_clinical(reading: Reading) -> bool:
    """Whether a sentence asks what to do about the medicine or the illness of somebody in particular."""
    return any(_asks_about_care(sentence) for sentence in _sentences(reading.text))


def _sentences(text: str) -> chain[str]:
    """Each sentence, and each with the next: "Pt has chest pain. What should I do"."""
    pieces = [piece[:_MOST_READ] for piece in SENTENCE.split(text) if len(piece) > 5]
    return chain(pieces, (f"{one} {two}" for one, two in pairwise(pieces[:_MOST_PAIRED])))


def _asks_about_care(sentence: str) -> bool:
    is_somebody = SOMEBODY.search(sentence) or SOMEBODY_ELSE.search(sentence)
    if not is_somebody or _NOT_CARE.search(sentence):
        return False
    if _CARE.search(sentence):
        return True
    is_policy, asks = bool(_POLICY.search(sentence)), bool(_ASKS.search(sentence))
    must_act = bool(WHAT_TO_DO.search(sentence))
    if DRUG.search(sentence) and (asks or must_act) and (not is_policy or _ACTION.search(sentence)):
        return True
    illness = {found[0].lower() for found in ILL.finditer(sentence)}
    return bool(illness) and bool(must_act or (not is_policy and (asks or len(illness) > 1)))
