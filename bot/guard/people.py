"""Names: of public figures, who may be written about, and common ones, by which a patient's is known."""

from collections.abc import Sequence

from bot.guard.words import words_of

# Whoever else the knowledge names belongs here too; tests/test_guard.py says who is missing.
PUBLIC_FIGURES = frozenset(
    words_of(
        """
        andrew lansley|jeremy hunt|david nicholson|malcolm grant|barbara hakin|michael dixon|charles alessi
        johnny marshall
        david cameron|nick clegg|ed miliband|andy burnham|norman lamb|anna soubry|dan poulter|earl howe|philip hunt
        robert francis|bruce keogh|florence nightingale|nye bevan|aneurin bevan|john lewis|margaret thatcher
        tony blair
        gordon brown|theresa may|george osborne|stephen dorrell|fiona caldicott|john seddon|chris ham|jennifer dixon
        stephen thornton|niall dickson|clare gerada|laurence buckman|hamish meldrum|mark porter|chaand nagpaul
        jane cummings
        una o'donnell|una o'brien|sally davies|ben dyson|ara darzi|lord darzi|tim kelsey|bill mccarthy|ian dalton
        paul baumann
        jo-anne wass|mike farrar|steve field|alan milburn|alan johnson|patricia hewitt|liam donaldson|jamie reed
        liz kendall
        simon stevens|jimmy savile|harold shipman|don berwick|michael marmot|derek wanless|david bennett|david behan
        shirley williams|polly toynbee|william beveridge|james munby|julie moore|sarah wollaston|oliver letwin
        simon burns
        paul burstow|angela coulter|nigel crisp|malcolm alexander|jeremy taylor|joan saddler|barbara young
        phil hammond|bob ricketts|ruth carnall|david sloman|paul corrigan|stephen bubb|jim easton|david flory
        carol black
        victor adebowale|moira gibb|naguib kheraj|ciaran devane|ed smith|margaret casely-hayford|geoff alltimes
        judith smith|nick timmins|nicholas timmins|roy lilley|nick seddon|chris skidmore|john hutton|alan maynard
        rosie winterton|ann keen|anne milton|frank dobson|virginia bottomley|kenneth clarke|john reid|john healey
        diane abbott|jeremy corbyn|margaret hodge|kevin barron|tim farron|ed balls|vince cable|danny alexander
        will hutton|richard horton|fiona godlee|ben goldacre|martin mckee|allyson pollock|wendy savage
        clive peedell
        jacky davis|charlotte leslie|david prior|cynthia bower|peter carter|david stout|matt tee|john black
        norman williams
        terence stephenson|ian carruthers|mike richards|keith willett|martin mcshane|john bell|david haslam
        tony falconer
        judith ellis|cathy warwick|anna dixon|nigel edwards|chris hopson|rob webster|dean royles|karen jennings
        harry cayton|niall ferguson|ilora finlay|julia cumberlege|roy griffiths|douglas black|donald acheson
        elizabeth garrett|garrett anderson|marie curie|marie stopes|edith cavell|grace darling|thomas cook
        william harvey|nelson mandela|princess diana|princess anne|mary seacole|john radcliffe|john snow
        queen elizabeth|king edward|queen mary|queen alexandra|queen charlotte|king george|george eliot|james paget
        charles darwin|isaac newton|stoke mandeville|harold wood|alexandra palace|oliver twist|harry potter
        """
    )
)
# By a title and a surname alone.
PUBLIC_SURNAMES = frozenset(
    words_of(
        """
        lansley|hunt|cameron|clegg|miliband|burnham|lamb|soubry|poulter|howe|francis|keogh|bevan|thatcher|blair
        osborne
        dorrell|caldicott|hakin|alessi|nicholson|darzi|kelsey|farrar|milburn|hewitt|speaker|gladstone|grant|beveridge
        shipman|savile|wollaston|letwin|burstow|burns|adebowale|reed|kendall|so-and-so|so-and-sos|bloggs|x|y|z|whoever|chairman|next-door|whatsit
        """
    )
)

# Names that are hardly ever another word, so that they count in small letters too.
GIVEN = frozenset(
    words_of(
        """
        john|james|david|michael|peter|paul|stephen|andrew|brian|kevin|keith|alan|colin|derek|dennis|donald|douglas
        edward
        edwin|eric|ernest|geoffrey|george|gerald|gordon|graham|gregory|harold|harry|henry|herbert|howard|hugh|ian
        jeffrey
        joseph|kenneth|leonard|leslie|malcolm|martin|maurice|neil|nigel|norman|patrick|philip|ralph|raymond|reginald
        richard
        robert|roger|ronald|roy|samuel|sidney|simon|stanley|steven|stuart|terence|terry|thomas|timothy|trevor|vincent
        walter
        wilfred|william|adam|alexander|anthony|antony|arthur|barry|benjamin|bernard|bob|bruce|charles|charlie
        christopher
        clifford|clive|craig|cyril|daniel|darren|dave|duncan|frederick|fred|gary|gareth|geoff|glenn|greg|gavin|jason
        jonathan
        joshua|justin|lawrence|lee|liam|luke|matthew|nathan|nicholas|oliver|oscar|owen|reg|rhys|ricky|rory|ryan|scott
        sean
        shaun|shane|stan|steve|tony|tom|tommy|wayne|albert|alfred|alf|bertie|cedric|dylan|ethan|callum|connor|kieran
        declan
        mary|margaret|susan|elizabeth|patricia|linda|barbara|christine|jean|joan|sheila|maureen|doreen|doris|dorothy
        edith
        edna|eileen|elaine|elsie|ethel|evelyn|florence|freda|gladys|gwen|hilda|irene|janet|jane|jacqueline|jennifer
        joyce
        judith|julia|julie|karen|kathleen|laura|lilian|lillian|lorraine|louise|lucy|mabel|marion|marjorie|maria|marie
        marian
        maud|mavis|mildred|millicent|moira|monica|muriel|nancy|nora|norma|olive|pamela|pauline|phyllis|rachel|rita
        rosemary
        ruth|sandra|sarah|sharon|shirley|stella|sylvia|teresa|theresa|thelma|valerie|vera|vivien|wendy|winifred
        yvonne|agnes
        alice|amanda|amy|andrea|angela|anita|ann|anne|annie|audrey|beatrice|beryl|betty|brenda|bridget|carol|caroline
        catherine|charlotte|chloe|claire|clare|constance|daphne|deborah|debbie|debra|denise|diana|diane|donna|emily
        emma
        esther|eva|fiona|frances|geraldine|gillian|glenys|hannah|hazel|heather|helen|ida|isabel|isla|jessica|jill
        jodie
        josephine|kate|katherine|kathryn|kelly|kirsty|lauren|leah|lesley|lisa|lynn|lynne|megan|melanie|michelle|molly
        natalie
        nicola|nicole|olivia|paula|peggy|rebecca|samantha|sally|sophie|stacey|stephanie|tina|tracey|tracy|vanessa
        victoria
        zoe|mohammed|muhammad|mohamed|ahmed|ali|abdul|hassan|hussain|ibrahim|imran|yusuf|omar|tariq|khalid|bilal
        aisha|fatima
        ayesha|amina|khadija|zainab|nadia|shabana|priya|anita|sunita|anjali|deepak|rajesh|rakesh|sanjay|suresh|vijay
        ravi
        amit|arun|harpreet|gurpreet|manjit|jaswinder|balwinder|kuldip|surinder|jasbir|agnieszka|katarzyna|malgorzata
        piotr
        krzysztof|tomasz|pawel|marek|andrzej|zofia|magda|jadwiga|stanislaw|chidi|ngozi|adebayo|oluwaseun|kwame|kofi
        abena
        ines|jose|joao|carlos|wei|ming|nguyen|siobhan|niamh|aoife|ciaran|padraig|seamus|ioan|dafydd|sian|bronwen
        elena|ivan
        olga|dmitri|svetlana|ana|radu|marta|pedro|luis|ewa|jan|len|ken|ron|den|derrick|desmond|desmond|enid|iris|ivy
        elsie|wilf|billy|bobby|jimmy|johnny|kenny|lenny|maggie|nellie|hettie|mandy|trish|cath|kath|bev|vicky|becky
        bazza|shaz|trev|nev|abdi|shona|hamish|iestyn|tyler|kayleigh|shanice|chantelle|dwayne|winston|delroy|vikram|dilip
        """
    )
)
# Names that are also words: only with a capital, and a second one after it.
GIVEN_TOO = frozenset(
    words_of(
        """
        mark|bill|frank|jack|dean|guy|grace|faith|joy|dawn|rose|daisy|violet|lily|holly|amber|ruby|pearl
        penny|sue|pat|rob|nick|drew|miles|victor|gene|max|sam|ben|dan|tim|jim|joe|ray|les|basil|rex|sunny|summer|eve
        crystal|robin|jasmine|poppy|iris|ivy|olive|angel|christian|dick|chase|wade|cliff|dale|glen|heath|kit|lance
        """
    )
)
# Names that are words even beside a surname in small letters: "hope springs".
GIVEN_WORDS = GIVEN_TOO | frozenset(
    words_of(
        """
        hope|june|april|autumn|dot|teddy|rocky|sandy|bob|brook|buddy|cherry|dolly|earl|fern|forrest|flora|ginger
        gill|harmony|honey|jade|kay|mercy|merry|myrtle|pip|precious|prince|prudence|queenie|roman|scarlett|sky
        skye|storm|trinity|verity|viola|willow|woody|blossom|bunny|clay|comfort|duke|ebony|gale|ivory|jewel|jordan
        juniper|blessing|marigold|marina|pansy|petal|phil|primrose|raven|river|rowan|saffron|sonny|star
        temperance|wren|phoenix|kev|bert|bernie|gerry|mo|nan|vi|rusty|rosie|mick|mike
        """
    )
)
SURNAMES = frozenset(
    words_of(
        """
        smith|jones|taylor|williams|davies|evans|thomas|johnson|roberts|robinson|wright|thompson|hughes|edwards
        jackson
        clarke|harrison|lewis|patel|khan|singh|kaur|begum|hussain|ahmed|ali|shah|sharma|gupta|kumar|mistry|desai
        chowdhury
        rahman|miah|uddin|akhtar|bibi|malik|iqbal|mahmood|nowak|kowalski|kowalska|wisniewski|wojcik|okafor|adeyemi
        okonkwo
        mensah|osei|boateng|nguyen|tran|chen|wang|zhang|o'brien|obrien|o'connor|oconnor|o'neill|oneill|murphy|kelly
        walsh
        o'leary|oleary|ryan|sullivan|mcdonald|macdonald|campbell|stewart|robertson|anderson|wilson|morrison|mackenzie
        watson
        webster|jenkins|griffiths|harris|martin|cooper|morris|rogers|bailey|bennett|phillips|mitchell|simpson
        fernandes
        collins|ellis|foster|gibson|hamilton|holmes|marshall|matthews|murray|palmer|pearson|richards|richardson
        saunders
        """
    )
)
# Words that no name is, so that "patient is waiting" and "Patient Transport" name nobody.
NO_NAMES = frozenset(
    words_of(
        """
        a|an|the|and|or|of|in|on|at|to|for|from|by|with|is|are|was|were|be|been|has|have|had|do|does|did|can|could
        will
        would|should|shall|may|might|must|not|no|who|whom|whose|what|when|where|which|why|how|that|this|these|those|it
        its|i|we|you|they|he|she|his|her|him|them|us|our|my|your|their|if|as|but|so|than|then|there|here|out|up|off
        over
        about|into|after|before|under|between|also|only|just|all|any|some|each|every|more|most|both|patient|patients
        first|last|new|old|asked|asking|asks|wants|wanted|wanting|needs|needed|says|said|told|complained|complaining
        complains|waiting|waited|called|named|got|gets|came|comes|coming|going|went|lives|living|moved|seen|sees
        mandate
        nhs|gp|gps|ccg|ccgs|practice|target|targets|deadline|deadlines|point|appointment|appointments|vs|versus|per
        via
        re|because|since|while|until|like|satisfaction|right|rights|responsibility|public|staff|carer|carers|consent
        questionnaire|number|name|names|dignity|details|friends|family|online|today|yesterday|tomorrow|now|again|still
        being|having|getting|very|dob|tel|phone|mobile|email|address|summary|board|trust|hospital|health|act|out|it
        field|fields|column|badge|badges|band|bands|box|midwife|nurse|doctor|consultant|opportunity|chance|sclerosis
        unknown|redacted|removed|withheld|anonymised|pathway|target
        group|groups|participation|experience|survey|feedback|choice|choices|transport|safety|opinion|access
        association
        leaflet|champion|liaison|advice|information|record|records|care|list|lists|numbers|forum|complaints|voice
        panel
        lead|line|services|service|centre|centred|outcomes|involvement|engagement|flow|data|education|charter
        """
    )
)


def is_public_figure(words: Sequence[str]) -> bool:
    """Whether small words begin with the name of a public figure: "andrew lansley", "andrew lansleys"."""
    name = " ".join(words[:2])
    return name in PUBLIC_FIGURES or name.removesuffix("s") in PUBLIC_FIGURES
