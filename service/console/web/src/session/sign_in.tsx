export function SignInPage() { return null; }
export function ExpiredDialog() { return null; }
