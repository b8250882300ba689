import { expect, test } from 'vitest'
import { Unauthenticated, UserSuspended } from '../base/errors.ts'
import { testStaff, testUser } from '../testing/graphql/context.ts'
import { type AccessSubject, admit } from './admission.ts'
import { anonymous, isStaff, requireStaff, type StaffRole, type UserViewer } from './viewer.ts'

const viewer = testUser({ groups: ['user', 'admin'] })
const known = (facts: Partial<AccessSubject> = {}): AccessSubject => ({
  userId: viewer.userId,
  accountStatus: 'ACTIVE',
  accountVersion: 1,
  staffRole: null,
  staffVersion: 0,
  ...facts,
})
const claiming = (role: StaffRole | null, version: number): UserViewer => ({ ...viewer, staff: { role, version } })
const scopesOf = (admitted: ReturnType<typeof admit>) => (admitted as UserViewer).groups

test('gives whoever is in the group of the staff alone no rights of it, whatever scopes their groups name', () => {
  const inGroup = testUser({ groups: ['user', 'admin', 'admin:superadmin'] })
  expect(scopesOf(admit(inGroup, undefined))).toEqual(['user'])
  expect(scopesOf(admit(testUser({ groups: ['user', 'admin:finance'] }), undefined))).toEqual(['user'])
  const outside = { ...testUser(), staff: { role: 'FINANCE', version: 1 } } as const
  expect(scopesOf(admit(outside, undefined))).toEqual(['user'])
})

test('takes the newer of what the claims say of the staff, and what is known here', () => {
  expect(scopesOf(admit(claiming('SUPPORT', 1), undefined))).toEqual(['user', 'admin', 'admin:support'])
  const dismissed = known({ staffVersion: 2 })
  expect(scopesOf(admit(claiming('SUPPORT', 1), dismissed))).toEqual(['user'])
  expect(scopesOf(admit(claiming('FINANCE', 3), dismissed))).toEqual(['user', 'admin', 'admin:finance'])
  const demoted = known({ staffRole: 'SUPPORT', staffVersion: 2 })
  expect(scopesOf(admit(claiming('SUPERADMIN', 1), demoted))).toEqual(['user', 'admin', 'admin:support'])
  expect(scopesOf(admit(viewer, demoted))).toEqual(['user', 'admin', 'admin:support'])
})

test('takes what is known here when the claims have the same version, and the claims when the user was never staff', () => {
  expect(scopesOf(admit(claiming('SUPPORT', 2), known({ staffRole: 'FINANCE', staffVersion: 2 })))).toContain(
    'admin:finance',
  )
  expect(scopesOf(admit(claiming('SUPPORT', 1), known()))).toContain('admin:support')
})

test('lets services and people without an account through as they are', () => {
  const service = { kind: 'service', service: 'booking' } as const
  expect(admit(service, known({ accountStatus: 'SUSPENDED' }))).toBe(service)
  expect(admit(anonymous, undefined)).toBe(anonymous)
})

test('lets nobody in who is suspended or whose account is gone', () => {
  expect(() => admit(testStaff(), known({ accountStatus: 'SUSPENDED' }))).toThrow(UserSuspended)
  expect(() => admit(viewer, known({ accountStatus: 'DELETED' }))).toThrow(Unauthenticated)
})

test('knows a superadmin for every role, and others for their own', () => {
  expect(isStaff(testStaff('SUPERADMIN'), 'FINANCE')).toBe(true)
  expect(isStaff(testStaff('FINANCE'), 'FINANCE', 'SUPPORT')).toBe(true)
  expect(isStaff(testStaff('SUPPORT'), 'FINANCE')).toBe(false)
  expect(isStaff(testUser({ groups: ['admin'] }))).toBe(false)
  expect(() => requireStaff(testStaff('SUPPORT'), 'FINANCE', 'COMPLIANCE')).toThrow('FINANCE or COMPLIANCE')
})
