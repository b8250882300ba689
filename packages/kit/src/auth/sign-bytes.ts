import * as jose from 'jose'
import type { ServiceKeys } from './signing-keys.ts'

/** Which key signed: the first four bytes of its SHA-256 JWK thumbprint (RFC 7638). */
export type ShortKeyId = Uint8Array

const keyIdLength = 4

/** An Ed25519 signature (64 bytes) over exactly these bytes, by the service's current key. */
export async function signBytes(keys: ServiceKeys, bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign('Ed25519', keys.privateKey, new Uint8Array(bytes)))
}

/** The short id of the key that signs now. */
export async function currentKeyId({ kid, jwks }: ServiceKeys): Promise<ShortKeyId> {
  const current = jwks.keys.find((key) => key.kid === kid)
  if (!current) throw new Error(`key ${kid} is not in the published key set`)
  return await shortIdOf(current)
}

/** Whether a key of this set with that short id signed these bytes. */
export async function isSignedBy(
  jwks: jose.JSONWebKeySet,
  { keyId, bytes, signature }: { keyId: ShortKeyId; bytes: Uint8Array; signature: Uint8Array },
): Promise<boolean> {
  const key = (await publicKeys(jwks)).get(textOf(keyId))
  if (!key) return false
  return await crypto.subtle.verify('Ed25519', key, new Uint8Array(signature), new Uint8Array(bytes))
}

/** A key set never changes, so its keys are read once. */
const known = new WeakMap<jose.JSONWebKeySet, Promise<Map<string, jose.CryptoKey>>>()

async function publicKeys(jwks: jose.JSONWebKeySet): Promise<Map<string, jose.CryptoKey>> {
  const keys = known.get(jwks) ?? importAll(jwks)
  known.set(jwks, keys)
  return await keys
}

async function importAll(jwks: jose.JSONWebKeySet): Promise<Map<string, jose.CryptoKey>> {
  const imported = jwks.keys.map(async (jwk) => {
    const key = (await jose.importJWK(jwk, 'EdDSA')) as jose.CryptoKey
    return [textOf(await shortIdOf(jwk)), key] as const
  })
  return new Map(await Promise.all(imported))
}

async function shortIdOf(jwk: jose.JWK): Promise<ShortKeyId> {
  return jose.base64url.decode(await jose.calculateJwkThumbprint(jwk)).slice(0, keyIdLength)
}

function textOf(bytes: Uint8Array): string {
  return bytes.join('.')
}
