import { DomainError } from '@tikitu/kit/base/errors'

/** Somebody must be left who can take people onto the staff. */
export class LastSuperadmin extends DomainError {
  override readonly name = 'LastSuperadmin'
  readonly code = 'LAST_SUPERADMIN'
  constructor() {
    super('This is the last superadmin: make somebody else a superadmin first.')
  }
}

/** Nobody changes their own rights. */
export class OwnRights extends DomainError {
  override readonly name = 'OwnRights'
  readonly code = 'OWN_RIGHTS'
  constructor() {
    super('Nobody changes their own rights: ask another superadmin.')
  }
}

/** The person is on the staff already. */
export class AlreadyOnStaff extends DomainError {
  override readonly name = 'AlreadyOnStaff'
  readonly code = 'ALREADY_ON_STAFF'
  constructor() {
    super('This person is on the staff already: change the role instead.')
  }
}
