import type { Connection, PageArgs } from '@tikitu/kit/postgres/pagination'
import { expect } from 'vitest'

/** Reads a list from its beginning, page by page, then from its end, and expects the same list. The pages have one item each. */
export async function readBothWays<Row>(list: (page: PageArgs) => Promise<Connection<Row> | null>): Promise<Row[]> {
  const forwards: Row[] = []
  for (let after: string | null | undefined = null; after !== undefined; ) {
    const page: Connection<Row> | null = await list({ first: 1, after })
    forwards.push(...(page?.edges ?? []).map(({ node }) => node))
    after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : undefined
  }
  const backwards: Row[] = []
  for (let before: string | null | undefined = null; before !== undefined; ) {
    const page: Connection<Row> | null = await list({ last: 1, before })
    backwards.unshift(...(page?.edges ?? []).map(({ node }) => node))
    before = page?.pageInfo.hasPreviousPage ? page.pageInfo.startCursor : undefined
  }
  expect(backwards).toEqual(forwards)
  return forwards
}
