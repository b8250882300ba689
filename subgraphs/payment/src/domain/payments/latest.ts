const maxRows = 100

/** The last hundred of rows that are in the order of time: what a payment or an issue shows of lists that have no pages. */
export function latest<Row>(rows: readonly Row[]): Row[] {
  return rows.slice(-maxRows)
}
