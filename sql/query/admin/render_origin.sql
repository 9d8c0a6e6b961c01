select client, format, sha256, is_whole from intray.render_origin($1)
