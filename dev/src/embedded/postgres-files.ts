import { join } from 'node:path'

/** The data folder of the embedded Postgres. */
export function postgresDirectory(stateDir: string): string {
  return join(stateDir, 'postgres')
}

/** The file with the path of root's copy of the server's programs. */
export function programsNote(directory: string): string {
  return `${directory}.programs`
}
