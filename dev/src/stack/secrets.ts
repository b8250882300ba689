import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Returns a secret by name; it is generated on first use. */
export type Secrets = (name: string) => string

/** Opens the file with this stack's secrets; only its owner can read it. */
export function openSecrets(file: string): Secrets {
  const secrets = readSecrets(file)
  return (name) => {
    const known = secrets[name]
    if (known) return known
    const generated = randomBytes(32).toString('base64')
    secrets[name] = generated
    writeSecrets(file, secrets)
    return generated
  }
}

function readSecrets(file: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}

/** Atomic: a crash leaves either the old file or the new one. */
function writeSecrets(file: string, secrets: Record<string, string>): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}
