using Playground.Notices;

if (args is not [var root])
{
    await Console.Error.WriteLineAsync("Usage: Notices REPOSITORY, to write its THIRD-PARTY-NOTICES.md from the restored packages.");
    return 2;
}
try
{
    await File.WriteAllTextAsync(Path.Combine(root, NoticesPage.FileName), NoticesPage.Write(root));
    return 0;
}
catch (NoticesException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}
