#!/bin/sh
# Refreshes the third-party files of the screens from their npm packages. Usage: scripts/vendor.sh
# Beside each package's files stand its licence and a line in VENDORED.json: version, sha512 of the package, licence.
set -eu

cd "$(dirname "$0")/.."
target=callwright/kit/static/vendor
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fetch() {
    name=$1
    folder=$2
    (cd "$work" && npm pack --silent "$name" >"$folder.name")
    archive=$(cat "$work/$folder.name")
    mkdir -p "$work/$folder" "$target/$folder"
    tar -xzf "$work/$archive" -C "$work/$folder" --strip-components=1
    mv "$work/$archive" "$work/$folder.tgz"
    cp "$work/$folder/LICENSE" "$target/$folder/LICENSE"
}

fetch htmx.org@4.0.1 htmx
cp "$work/htmx/dist/htmx.min.js" "$target/htmx/"
sed -i '/^\/\/# sourceMappingURL=/d' "$target/htmx/htmx.min.js"

fetch @fontsource-variable/inter@5.3.0 inter
for subset in latin latin-ext cyrillic cyrillic-ext greek vietnamese; do
    cp "$work/inter/files/inter-$subset-wght-normal.woff2" "$target/inter/"
done

fetch @fontsource-variable/noto-sans-arabic@5.3.0 noto-sans-arabic
cp "$work/noto-sans-arabic/files/noto-sans-arabic-arabic-wght-normal.woff2" "$target/noto-sans-arabic/"

# The same letters for PDF, which is set with whole TrueType fonts. The packages are MIT, the fonts OFL.
fetch @expo-google-fonts/inter@0.4.2 pdf-inter
fetch @expo-google-fonts/noto-sans-arabic@0.4.3 pdf-noto-sans-arabic
for folder in pdf-inter pdf-noto-sans-arabic; do
    cp "$work/$folder/LICENSE_FONT" "$target/$folder/LICENSE"
    cp "$work/$folder"/400Regular/*.ttf "$work/$folder"/600SemiBold/*.ttf "$target/$folder/"
done

# Its <style> would be refused by our security policy: it becomes a template, which the player adopts as a style sheet.
fetch wavesurfer.js@8.0.1 wavesurfer
sed -e 's#<style${[^>]*>#<template>#' -e 's#</style>#</template>#' -e '/^\/\/# sourceMappingURL=/d' \
    "$work/wavesurfer/dist/wavesurfer.esm.js" >"$target/wavesurfer/wavesurfer.esm.js"
grep -q '<template>' "$target/wavesurfer/wavesurfer.esm.js"

fetch @tabler/icons@3.51.0 tabler-icons

python3 scripts/vendor_index.py "$work" "$target"
