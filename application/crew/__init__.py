"""The crew: Strategist, Engineer and Tester, behind one LanguageModel port."""
