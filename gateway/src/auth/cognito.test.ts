import { expect, test } from 'vitest'
import { issuersOf, jwksUrlOf } from './cognito.ts'

const pool = { region: 'eu-central-1', poolId: 'eu-central-1_Ab12', clientIds: ['web'] }
const both = [
  'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Ab12',
  'https://issuer-cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Ab12',
]

test('an AWS pool has two issuers, whichever of them is configured', () => {
  expect(issuersOf(pool)).toEqual(both)
  expect(issuersOf({ ...pool, issuer: both[0] })).toEqual(both)
  expect(issuersOf({ ...pool, issuer: both[1] })).toEqual(both)
})

test('another configured issuer is the only one, and the embedded pool has its own', () => {
  expect(issuersOf({ ...pool, issuer: 'https://sign-in.example' })).toEqual(['https://sign-in.example'])
  expect(issuersOf({ ...pool, endpoint: 'http://localhost:9229' })).toEqual(['http://localhost:9229/eu-central-1_Ab12'])
})

test('the keys are at AWS or at the embedded pool', () => {
  expect(jwksUrlOf(pool)).toBe(`${both[0]}/.well-known/jwks.json`)
  expect(jwksUrlOf({ ...pool, endpoint: 'http://localhost:9229' })).toBe(
    'http://localhost:9229/eu-central-1_Ab12/.well-known/jwks.json',
  )
})
