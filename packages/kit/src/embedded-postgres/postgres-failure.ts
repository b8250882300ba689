/** The packaged Postgres cannot do what it was asked for. The message says why, in words for whoever started it. */
export class PostgresFailure extends Error {
  override readonly name = 'PostgresFailure'
}
