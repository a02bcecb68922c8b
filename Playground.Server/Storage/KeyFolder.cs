using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Playground.Server.Storage;

/// <summary>
/// The keys that sessions and forms are protected by, in a folder of the data folder. It is made when keys are first asked for: a data
/// folder that cannot be written to is a matter for the storage's own start, which says what to do.
/// </summary>
internal sealed class KeyFolder(DataFolder folder, ILoggerFactory logs) : IXmlRepository
{
    private FileSystemXmlRepository Files => new(folder.MakePrivateFolder("keys"), logs);

    public IReadOnlyCollection<XElement> GetAllElements() => Files.GetAllElements();

    public void StoreElement(XElement element, string friendlyName) => Files.StoreElement(element, friendlyName);
}
