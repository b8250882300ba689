import { join } from 'node:path'

/** The data folder of the embedded Postgres of a state folder. */
export function postgresDirectory(stateDir: string): string {
  return join(stateDir, 'postgres')
}

/** The file that notes where root's copy of the server's programs is, for one data folder. */
export function programsNote(directory: string): string {
  return `${directory}.programs`
}
