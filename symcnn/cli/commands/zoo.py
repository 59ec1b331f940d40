"""`symcnn zoo`."""

import click

from symcnn.cli.options import declare, networks


@declare()
@click.argument("name", shell_complete=networks, required=False)
def command(name: str | None) -> None:
    """List the networks of the zoo, or print one.

    symcnn zoo
    symcnn zoo resnet50
    """
    from symcnn.catalog import described, find, zoo

    if name is not None:
        click.echo(described(find(name)))
        return
    width = max(map(len, zoo))
    click.echo("\n".join(f"{entry.name:<{width}}  {entry.title}" for entry in zoo.values()))
