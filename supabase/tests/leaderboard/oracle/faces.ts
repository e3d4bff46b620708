import type postgres from 'postgres';

/** How a player may be shown in a period. */
export interface Face {
  id: string;
  /** The id that others see. */
  shownId: string;
  username: string;
  displayName: string;
  /** Only public players who have not left are named. */
  isPublic: boolean;
}

export type Faces = ReadonlyMap<string, Face>;

export async function readFaces(sql: postgres.Sql, periodId: number, playerIds: string[]): Promise<Faces> {
  const rows = await sql<Face[]>`
    select id, username, display_name as "displayName", is_public as "isPublic",
      case when is_public then id else leaderboard.pseudonym(${periodId}, id) end as "shownId"
    from public.profiles, lateral (select visibility = 'public' and left_at is null as is_public) as face
    where id = any (${playerIds}::uuid[])`;
  return new Map(rows.map((face) => [face.id, face]));
}

export function findFace(faces: Faces, id: string): Face {
  const face = faces.get(id);
  if (!face) throw new Error('This player does not belong to the arena.');
  return face;
}
