import type postgres from 'postgres';

/** How a player may be shown on a period. */
export interface Face {
  id: string;
  /** The id that others see. */
  shownId: string;
  username: string;
  displayName: string;
  isPublic: boolean;
  isGone: boolean;
}

export type Faces = ReadonlyMap<string, Face>;

export async function readFaces(sql: postgres.Sql, periodId: number, playerIds: string[]): Promise<Faces> {
  const rows = await sql<Face[]>`
    select id, username, display_name as "displayName", visibility = 'public' as "isPublic",
      left_at is not null as "isGone",
      case when visibility = 'public' then id else private.pseudonym(${periodId}, id) end as "shownId"
    from public.profiles where id = any (${playerIds}::uuid[])`;
  return new Map(rows.map((face) => [face.id, face]));
}

export function findFace(faces: Faces, id: string): Face {
  const face = faces.get(id);
  if (!face) throw new Error('This player is not of the arena.');
  return face;
}
