from onboarding.matching.records import Record as Record
