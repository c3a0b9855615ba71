// Nothing on the site needs this script; it adds suggestions and shortcuts where it runs.
