/** What a board is called whose name tells of now, where its past is looked at. */
const pastNames: Record<string, string> = { Today: 'Daily', 'This week': 'Weekly', 'This month': 'Monthly' };

/** The name of a board beside a period that is over: "This week" is another one by then. */
export const nameBoardOfPast = (name: string): string => pastNames[name] ?? name;
