import type { BaseCtx } from '@tikitu/kit/context/context'
import { indexRows } from '@tikitu/kit/search/search-index'
import { searchRule, searchVector } from '@tikitu/kit/search/search-words'
import { type UserRow, users } from '../../db/tables.ts'

/** What a person is found by as columns of their row. */
export function wordsOfUser({ name }: Pick<UserRow, 'name'>) {
  return { nameWords: searchVector({ A: name ?? '' }), searchRule }
}

/** Cuts the words of rows that no rule or an older one cut. Returns how many. */
export async function indexSearch(ctx: BaseCtx): Promise<number> {
  return await indexRows(ctx, users, wordsOfUser)
}
