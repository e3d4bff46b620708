/** The name of a board whose own name refers to the present, for its past periods. */
const pastNames: Record<string, string> = { Today: 'Daily', 'This week': 'Weekly', 'This month': 'Monthly' };

/** The name of a board beside a past period: "This week" no longer applies there. */
export const nameBoardOfPast = (name: string): string => pastNames[name] ?? name;
