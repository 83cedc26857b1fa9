import type { Metadata } from 'next';
import { AuthPage } from '../../../features/auth/auth-page.tsx';

export const metadata: Metadata = { title: 'Create an account', robots: { index: false } };

export default async function SignUpPage({ searchParams }: PageProps<'/auth/signup'>) {
  return <AuthPage mode="signup" searchParams={await searchParams} />;
}
