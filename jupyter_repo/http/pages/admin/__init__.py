"""The site administrator's pages; all of them work without JavaScript, and every change asks for a recent password."""
