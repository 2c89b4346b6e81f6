"""The workbench without script: every screen as one small page of tables and a drawn map, made on the server."""
