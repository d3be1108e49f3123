import { Component, type ReactNode } from 'react';

interface MarkdownBoundaryProps {
  /** Shown where Markdown cannot be rendered: nesting without end, a part of the page that did not load. */
  fallback: ReactNode;
  children: ReactNode;
}

/** Text that breaks its renderer must not break the page. */
export class MarkdownBoundary extends Component<MarkdownBoundaryProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}
