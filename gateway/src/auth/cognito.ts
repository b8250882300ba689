/** The user pool whose tokens are accepted. */
export interface CognitoPool {
  region: string
  poolId: string
  /** The app clients whose tokens are accepted. */
  clientIds: readonly string[]
  /** The only accepted issuer, unless it is one of the two that AWS gives a pool. */
  issuer?: string | undefined
  /** The embedded Cognito, instead of AWS. */
  endpoint?: string | undefined
}

/** The accepted values of `iss`. AWS uses two for every pool. */
export function issuersOf(pool: CognitoPool): string[] {
  const path = `${pool.region}.amazonaws.com/${pool.poolId}`
  const both = [`https://cognito-idp.${path}`, `https://issuer-cognito-idp.${path}`]
  const stated = pool.issuer ?? (pool.endpoint ? `${pool.endpoint}/${pool.poolId}` : null)
  return stated === null || both.includes(stated) ? both : [stated]
}

/** The address of the pool's keys. */
export function jwksUrlOf(pool: CognitoPool): string {
  const base = pool.endpoint ?? `https://cognito-idp.${pool.region}.amazonaws.com`
  return `${base}/${pool.poolId}/.well-known/jwks.json`
}
