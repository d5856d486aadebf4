import { Component, type ReactNode } from 'react';
import { Button } from './Button';
import { Notice } from './Notice';

/** Stands in for a page that broke. Drafts are kept, and the server has all the rest. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <Notice title="This page stopped working" text="Nothing is lost: your conversations are on the server, and what you were writing is kept here.">
        <Button variant="primary" onClick={() => location.reload()}>
          Reload
        </Button>
      </Notice>
    );
  }
}
