import type { Metadata } from 'next';
import { AuthPage } from '../../../features/auth/auth-page.tsx';

export const metadata: Metadata = { title: 'Sign in', robots: { index: false } };

export default async function SignInPage({ searchParams }: PageProps<'/auth/signin'>) {
  return <AuthPage mode="signin" searchParams={await searchParams} />;
}
