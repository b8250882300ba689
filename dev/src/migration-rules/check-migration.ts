import { rules } from './rules.ts'
import { readMigration } from './statements.ts'

/** A statement that breaks a rule, or an unused `allow` comment. */
export interface Finding {
  rule: string
  line: number
  message: string
}

/** Checks a migration against every rule. @throws {Error} on a syntax error */
export async function checkMigration(text: string): Promise<Finding[]> {
  const migration = await readMigration(text)
  return migration.statements.flatMap((statement) => {
    const broken = rules.filter((rule) => rule.isBroken(statement, migration))
    const { line, allowed } = statement
    const names = broken.map(({ name }) => name)
    return [
      ...broken
        .filter(({ name }) => !allowed.includes(name))
        .map(({ name, instead }) => ({ rule: name, line, message: instead })),
      ...allowed
        .filter((name) => !names.includes(name))
        .map((name) => ({ rule: name, line, message: 'Nothing here needs this `allow` comment. Remove it.' })),
    ]
  })
}
