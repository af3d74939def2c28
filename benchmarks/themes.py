"""The nineteen coarse themes that annotators agree on, and the codes that answer each."""

THEMES = {
    "violence_home": "VIO.PHY VIO.EMO VIO.WIT",
    "violence_sexual": "VIO.SEX EXP.EARLY",
    "bullying_school": "BUL.SCH BUL.EXT BUL.CYB VIO.STAFF",
    "suicide_selfharm": "MEN.SUI MEN.SELF",
    "psychological_help": "MEN.PSY MEN.ADD FAM.CONF",
    "neglect": "NEG.ALONE NEG.CARE NEG.ORPH FAM.HARD",
    "missing_trafficking_labour": "NEG.MISS WOM.FORC EXP.TRAF EXP.LAB EXP.EARLY",
    "guardianship_adoption_foster": (
        "NEG.ORPH GRD.GUARD GRD.ADOPT GRD.PROF GRD.FOST GRD.INST"
    ),
    "legal_custody_dispute": "GRD.DISP FAM.DOC FAM.CONF INF.LEG",
    "alimony_financial": "FAM.ALIM FAM.BEN FAM.HARD FAM.HOUS WOM.LAB",
    "domestic_violence_adult": "WOM.DV WOM.SHEL WOM.SEX WOM.FORC VIO.WIT",
    "health_rehab_medicine": "HLT.EMER HLT.EI HLT.REHAB HLT.MED HLT.SPEC HLT.DIS HLT.HOME",
    "special_education_needs": "EDU.SEN HLT.DIS",
    "education_access_safety_nutrition": (
        "EDU.ACC EDU.NUTR EDU.SAFE EDU.CAMP EDU.FEE EDU.TRAN"
    ),
    "leisure_rural_access": "EDU.CLUB EDU.CAMP EDU.TRAN",
    "digital_safety": "DIG.GROOM DIG.SEXT DIG.CONT DIG.FRD BUL.CYB MEN.ADD",
    "staff_complaint": "VIO.STAFF INF.BODY GRD.INST EDU.FEE",
    "other_info": "FAM.DOC WOM.LAB INF.LEG INF.REF INF.STAT INF.OTH",
    "nuisance_test": "INF.SIL INF.OTH",
}
NEAREST = {
    "VIO.PHY": "violence_home", "VIO.SEX": "violence_sexual", "VIO.EMO": "violence_home",
    "VIO.STAFF": "staff_complaint", "VIO.WIT": "violence_home",
    "BUL.SCH": "bullying_school", "BUL.CYB": "digital_safety", "BUL.EXT": "bullying_school",
    "MEN.SUI": "suicide_selfharm", "MEN.SELF": "suicide_selfharm",
    "MEN.PSY": "psychological_help", "MEN.ADD": "psychological_help",
    "NEG.ALONE": "neglect", "NEG.CARE": "neglect",
    "NEG.MISS": "missing_trafficking_labour", "NEG.ORPH": "guardianship_adoption_foster",
    "GRD.GUARD": "guardianship_adoption_foster", "GRD.ADOPT": "guardianship_adoption_foster",
    "GRD.PROF": "guardianship_adoption_foster", "GRD.FOST": "guardianship_adoption_foster",
    "GRD.DISP": "legal_custody_dispute", "GRD.INST": "guardianship_adoption_foster",
    "FAM.ALIM": "alimony_financial", "FAM.BEN": "alimony_financial",
    "FAM.HARD": "alimony_financial", "FAM.HOUS": "alimony_financial",
    "FAM.DOC": "other_info", "FAM.CONF": "legal_custody_dispute",
    "WOM.DV": "domestic_violence_adult", "WOM.SHEL": "domestic_violence_adult",
    "WOM.SEX": "domestic_violence_adult", "WOM.FORC": "missing_trafficking_labour",
    "WOM.LAB": "other_info", "HLT.EMER": "health_rehab_medicine",
    "HLT.EI": "health_rehab_medicine", "HLT.REHAB": "health_rehab_medicine",
    "HLT.MED": "health_rehab_medicine", "HLT.SPEC": "health_rehab_medicine",
    "HLT.DIS": "health_rehab_medicine", "HLT.HOME": "health_rehab_medicine",
    "EDU.SEN": "special_education_needs", "EDU.ACC": "education_access_safety_nutrition",
    "EDU.NUTR": "education_access_safety_nutrition",
    "EDU.SAFE": "education_access_safety_nutrition",
    "EDU.CAMP": "education_access_safety_nutrition",
    "EDU.FEE": "education_access_safety_nutrition",
    "EDU.TRAN": "education_access_safety_nutrition", "EDU.CLUB": "leisure_rural_access",
    "DIG.GROOM": "digital_safety", "DIG.SEXT": "digital_safety",
    "DIG.CONT": "digital_safety", "DIG.FRD": "digital_safety",
    "EXP.TRAF": "missing_trafficking_labour", "EXP.LAB": "missing_trafficking_labour",
    "EXP.EARLY": "missing_trafficking_labour", "INF.LEG": "legal_custody_dispute",
    "INF.REF": "other_info", "INF.BODY": "staff_complaint", "INF.STAT": "other_info",
    "INF.SIL": "nuisance_test", "INF.OTH": "other_info",
}  # fmt: skip


def answers(theme: str, code: str) -> bool:
    """Return whether a prediction of `code` agrees with a label of `theme`."""
    return code in THEMES[theme].split()
