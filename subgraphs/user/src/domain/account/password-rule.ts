import { PasswordTooWeak } from '../../errors.ts'

/**
 * Makes sure that a password is worth something. The user pool has a policy of its own, which is asked too; this one
 * holds whatever that policy says. @throws {PasswordTooWeak} with everything that is wrong
 */
export function requireStrongPassword(password: string, email: string | null): void {
  const problems = passwordProblems(password, email)
  if (problems.length > 0) throw new PasswordTooWeak(problems)
}

/** What a password lacks, one phrase each. */
export function passwordProblems(password: string, email: string | null): string[] {
  const rules: [isBroken: boolean, problem: string][] = [
    [password.length < 8, 'it needs at least 8 characters'],
    [password.length > 256, 'it must have at most 256 characters'],
    [!/\p{Ll}/u.test(password), 'it needs a lower-case letter'],
    [!/\p{Lu}/u.test(password), 'it needs an upper-case letter'],
    [!/\d/.test(password), 'it needs a digit'],
    [password !== password.trim(), 'it must not start or end with a space'],
    [!!email && password.toLowerCase().includes(email.toLowerCase()), 'it must not contain the e-mail address'],
  ]
  return rules.filter(([isBroken]) => isBroken).map(([, problem]) => problem)
}
