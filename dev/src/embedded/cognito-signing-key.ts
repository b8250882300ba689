import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'

const require = createRequire(import.meta.url)
const kid = 'CognitoLocal'

/** Signs tokens with this stack's own key: the one in cognito-local's package is public. */
export function useOwnSigningKey(file: string): void {
  const pem = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')).pem as string) : generateKey(file)
  const publicKey = createPublicKey(createPrivateKey(pem))
  Object.assign(require('cognito-local/lib/keys/cognitoLocal.private.json'), { pem })
  Object.assign(require('cognito-local/lib/keys/cognitoLocal.public.json'), {
    pem: publicKey.export({ type: 'spki', format: 'pem' }),
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' },
  })
}

function generateKey(file: string): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify({ pem }), { mode: 0o600 })
  return pem
}
