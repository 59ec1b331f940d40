"""LaTeX is well formed; where pdflatex is installed, it is compiled, too."""

import re
import shutil
import subprocess
from functools import cache

import pytest

import symcnn
from symcnn.derivation import DERIVABLE, derivation
from symcnn.render import tex
from symcnn.render.sheet import sheet

NETWORKS = [
    "vgg16",
    "resnet18",
    "use conv:bn; conv{n}x3-{a+b}, pool, [+ conv3-{a}]:proj, [relu | gelu], fc-k",
]
NETWORKS += ["densenet121_k", "conv3-{round_to(c, 8)}@a, pool, [upsample2 | @a]"]
NETWORKS += [
    "[conv3s18-8 + conv4s18p0-8]",
    "b=conv3-{cin+2}; (b xn, pool)xn, [|[+conv3-40]:proj, conv1-12]xn",
    "conv3-{32*α}, [+ conv3-{b+32*α}]:proj, pool3s2:ceil, prelu, fc-k_1",
]
DOCUMENT = "\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n%s\n\\end{document}\n"


report_of = cache(symcnn.derive)


def derived(source, quantity="params"):
    """Return the derivation of a quantity in symbols, as LaTeX."""
    report = report_of(source)
    return tex.derivation(derivation(report, report, quantity, source))


def tabled(source):
    """Return the table of a network in symbols, as LaTeX."""
    return tex.table(sheet(report_of(source)))


def check_structure(latex):
    """Check that braces, brackets, environments and mathematics are closed in order."""
    latex = latex.replace(r"\\", " ")
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", latex):
        depth += 1 if brace == "{" else -1
        assert depth >= 0
    assert depth == 0
    assert latex.count(r"\left") == latex.count(r"\right")
    assert len(re.findall(r"(?<!\\)\$", latex)) % 2 == 0
    begun = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", latex):
        if kind == "begin":
            begun.append(name)
        else:
            assert begun.pop() == name
    assert begun == []


@pytest.mark.parametrize("source", NETWORKS)
@pytest.mark.parametrize("quantity", DERIVABLE)
def test_derivations_are_well_formed(source, quantity):
    check_structure(derived(source, quantity))


@pytest.mark.parametrize("source", NETWORKS)
def test_tables_are_well_formed(source):
    latex = tabled(source)
    check_structure(latex)
    rows = [line for line in latex.splitlines() if line.endswith(r"\\")]
    assert {len(re.findall(r"(?<!\\)&", row)) for row in rows} == {4}


def test_the_worked_example():
    report = symcnn.derive("vgg16")
    latex = tex.derivation(derivation(report, report.at(H=224, W=224, C=3), "params", "vgg16"))
    kernel = r"k_{\mathrm{h}} \cdot k_{\mathrm{w}}"
    rule = rf"{kernel} \cdot C_{{\mathrm{{in}}}} \cdot C_{{\mathrm{{out}}}} + C_{{\mathrm{{out}}}}"
    step = rf"\texttt{{conv3-256}}: ${rule} = 3 \cdot 3 \cdot 128 \cdot 256 + 256 = 295168$"
    assert f"  \\item {step}; $56 \\times 56 \\times 256$ goes on" in latex
    assert r"\noindent Sum: $138357544$." in latex
    closed = r"2097152 \left\lfloor \frac{H}{32} \right\rfloor \left\lfloor \frac{W}{32} \right\rfloor"
    assert closed + " + 576 C + 35595368" in latex
    assert r"Valid for $H, W \ge 32$." in latex


def test_factors_that_are_sums_are_bracketed():
    assert r"3 \cdot 3 \cdot C \cdot \left(b + 2\right)" in derived("conv3-{b+2}")


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="pdflatex is not installed")
@pytest.mark.parametrize("source", NETWORKS)
def test_pdflatex_compiles_it(source, tmp_path):
    path = tmp_path / "it.tex"
    path.write_text(DOCUMENT % f"{derived(source)}\n\n{tabled(source)}", encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", path.name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.parametrize("source", NETWORKS)
def test_all_is_ascii(source):
    assert derived(source).isascii()
    assert tabled(source).isascii()


def test_a_derivation_in_latex_is_as_complete_as_in_text():
    latex = derived("conv3-{32*α}, pool")
    assert r"\texttt{conv3-\{32*$\alpha$\}}" in latex
    assert r"\item $288 C \alpha$ from \texttt{conv3-\{32*$\alpha$\}}: $288 C \alpha$" in latex
    assert r"Valid for $H, W \ge 2$ and $32 \alpha \in \mathbf{Z}$." in latex
    assert "MACs = multiply-accumulates of convolutions" in latex


def test_a_side_that_says_the_same_as_the_one_before_is_left_out():
    latex = derived("conv3-5, prelu, ln, pool")
    assert r"\item \texttt{prelu}: $C = 5$; " in latex
    assert r"\item \texttt{ln}: $C + C = 5 + 5 = 10$; " in latex
    assert r"\item \texttt{pool}: $0$; " in latex


def test_factors_have_readable_names():
    latex = derived("conv1-12, conv3g{g}-12, [+ conv1-{12*b}]:proj")
    assert r"\frac{C_{\mathrm{in}}}{g} \cdot C_{\mathrm{out}} + C_{\mathrm{out}} = " in latex
    assert r"$\mathrm{[shapes~differ]} \cdot k_{\mathrm{h}}" in latex


def test_signs_of_the_texts_are_mathematics():
    assert tex.escaped("H ≥ 2, 3 ≤ k, 2×3, {1, …}") == r"H $\ge$ 2, 3 $\le$ k, 2$\times$3, \{1, $\ldots$\}"
    assert tex.escaped("Γ_é") == r"$\Gamma$\_é"
