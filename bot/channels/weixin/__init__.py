"""What WeChat and WeCom have in common: signatures, encryption, XML, and the access token."""
