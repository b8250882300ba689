/** The packaged Postgres failed. The message is for the person who started it. */
export class PostgresFailure extends Error {
  override readonly name = 'PostgresFailure'
}
