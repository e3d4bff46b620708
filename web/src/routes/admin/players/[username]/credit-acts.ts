/** What an admin can do with a player's credits by hand. */
export const creditActs = ['grant', 'revoke', 'hold'] as const;
export type CreditAct = (typeof creditActs)[number];
