import { render, screen } from '@testing-library/react';
import { PriceComparison } from './price-comparison.tsx';

describe('PriceComparison', () => {
  it('gives both amounts as text for screen readers', () => {
    render(<PriceComparison price={88} faceValue={80} currency="eur" />);
    expect(screen.getByRole('img', { name: 'Face value €80.00, this price €88.00' })).toBeInTheDocument();
    expect(screen.getByText('10% over face')).toBeInTheDocument();
  });

  it('hatches the part above face value and outlines the part below it', () => {
    const { container, rerender } = render(<PriceComparison price={88} faceValue={80} currency="eur" />);
    expect(container.querySelector('.g-over')).not.toBeNull();
    expect(container.querySelector('.g-gap')).toBeNull();
    rerender(<PriceComparison price={58.5} faceValue={65} currency="gbp" />);
    expect(container.querySelector('.g-over')).toBeNull();
    expect(container.querySelector('.g-gap')).not.toBeNull();
    expect(screen.getByText('£6.50')).toBeInTheDocument();
  });
});
