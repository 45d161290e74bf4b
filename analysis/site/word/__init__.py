"""A report as a Word document, for those who write the official report and take figures and tables from this one."""
